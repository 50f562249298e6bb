// By its prototype, for a field may be called "submit".
HTMLFormElement.prototype.submit.call(document.getElementById("form-post"));
