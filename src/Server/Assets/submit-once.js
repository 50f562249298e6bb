// A second click would send the form again. Coming back to the page frees it, and so does an answer that never comes.
const free = form => delete form.dataset.sent;
for (const form of document.forms) {
  form.addEventListener("submit", event => {
    if (form.dataset.sent)
      event.preventDefault();
    form.dataset.sent = "sent";
    setTimeout(free, 10_000, form);
  });
}
// Also from the browser's cache of pages.
addEventListener("pageshow", () => [...document.forms].forEach(free));
