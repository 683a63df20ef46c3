// Small comforts; every page reads and works without them.
(function () {
  "use strict";

  // A form that is on its way is not sent a second time by a double click.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (event.defaultPrevented || form.method !== "post") { return; }
    form.dataset.sent = "1";
    window.setTimeout(function () { delete form.dataset.sent; }, 4000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  // The error summary takes the focus, so that it is read first.
  const summary = document.querySelector(".error-summary");
  if (summary) { summary.focus(); }

  // Enter and the arrows move between the rows of an entry grid, in the same column.
  document.addEventListener("keydown", function (event) {
    const cell = event.target.closest && event.target.closest(".grid td");
    if (!cell || event.target.tagName !== "INPUT") { return; }
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) { return; }
    const rows = Array.from(cell.closest("table").querySelectorAll("tbody tr:not(.why-row)"));
    const next = rows[rows.indexOf(cell.parentElement) + step];
    const input = next && next.cells[cell.cellIndex] && next.cells[cell.cellIndex].querySelector("input, select");
    if (input) { event.preventDefault(); input.focus(); input.select && input.select(); }
  });

  // Paper cannot be unfolded: what is folded on the page is open on it.
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details:not([open], .no-print, .toast-shell, .menu-fold, :has(form))").forEach(function (folded) {
      folded.dataset.folded = "1";
      folded.open = true;
    });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details[data-folded]").forEach(function (opened) {
      delete opened.dataset.folded;
      opened.open = false;
    });
  });

  // A passkey that the browser could not use is said on the page.
  document.addEventListener("allauth.error", function (event) {
    const place = document.querySelector("[data-passkey-failed]");
    if (!place) { return; }
    event.preventDefault();
    place.hidden = false;
    place.focus();
  });
})();
