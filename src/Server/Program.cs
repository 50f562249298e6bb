// The entry point that the project needs in order to build; the server takes its place.
return 0;
