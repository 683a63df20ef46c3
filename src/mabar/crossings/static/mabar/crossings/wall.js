// The wall: what does not fit takes turns, calls are told to readers by ear, silence of the node is shown.
(function () {
  "use strict";
  const TURN_MS = 12000;
  let turn = Number(new URLSearchParams(window.location.search).get("turn")) || 0;

  function show() {
    document.querySelectorAll("[data-turns]").forEach(function (box) {
      const now = turn % Number(box.dataset.turns) + 1;
      box.querySelectorAll("[data-turn]").forEach(function (part) { part.hidden = Number(part.dataset.turn) !== now; });
    });
  }

  function called() {
    return Array.from(document.querySelectorAll("[data-call]"), function (row) { return row.dataset.call; });
  }

  let before = called();
  function tell() {
    const now = called();
    const fresh = now.filter(function (call) { return !before.includes(call); });
    if (fresh.length) { document.getElementById("calls").textContent = fresh.join(". "); }
    before = now;
  }

  const silence = document.getElementById("no-news");
  document.body.addEventListener("htmx:afterSwap", function () { silence.hidden = true; show(); tell(); });
  document.body.addEventListener("htmx:responseError", function () { silence.hidden = false; });
  document.body.addEventListener("htmx:sendError", function () { silence.hidden = false; });
  window.setInterval(function () { turn += 1; show(); }, TURN_MS);
  show();
})();
