// The entry point that the project needs in order to build; the local run takes its place.
return 0;
