// The draft saves itself while one types; without this the buttons save it all the same.
(function () {
  "use strict";
  const form = document.querySelector("form[data-draft]");
  const line = document.querySelector("[data-saved]");
  if (!form || !line || !window.fetch) { return; }
  const IDLE_MS = 3000;
  let timer = 0, underway = null, isDirty = false, pressed = null;

  function say(text, isLate) {
    const words = line.querySelector("span");
    if (!line.dataset.words) { line.dataset.words = words.textContent; }
    words.textContent = text || line.dataset.words;
    line.classList.toggle("is-late", Boolean(isLate));
  }

  function save() {
    window.clearTimeout(timer);
    if (!isDirty || underway) { return; }
    isDirty = false;
    const sent = new FormData(form);
    sent.set("act", "save");
    underway = fetch(form.action, { method: "POST", body: sent, headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(function (answer) { return answer.json().then(function (told) { return [answer.ok, told]; }); })
      .then(function (result) {
        if (!result[0]) { say(result[1].what, true); return; }
        form.elements.version.value = result[1].version;
        Object.keys(result[1].fields).forEach(function (name) { form.elements[name].value = result[1].fields[name]; });
        const sums = result[1].sums && document.querySelector(".sums");
        if (sums) { sums.outerHTML = result[1].sums; }
        line.querySelector("[data-saved-at]").textContent = result[1].saved_at;
        say("", false);
      })
      .catch(function () { isDirty = true; say(line.dataset.failed, true); })
      .finally(function () {
        underway = null;
        if (pressed) { const button = pressed; pressed = null; form.requestSubmit(button); }
      });
  }

  form.addEventListener("input", function (event) {
    if (event.target.name === "pasted") { return; }
    isDirty = true;
    window.clearTimeout(timer);
    timer = window.setTimeout(save, IDLE_MS);
  });
  form.addEventListener("submit", function (event) {
    window.clearTimeout(timer);
    if (underway) {           // its answer brings the version that this submission must name
      event.preventDefault();
      pressed = event.submitter;
    }
  });
})();
