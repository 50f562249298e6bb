// A page has loaded once its frames have, so every app has had its say; one that hangs is not waited for.
const next = document.getElementById("continue").href;
const go = () => location.replace(next);
addEventListener("load", go);
setTimeout(go, 4000);
