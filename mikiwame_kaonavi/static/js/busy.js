// A form is sent once: its button is busy until the next page is there, or until the page itself was told in the place for
// messages. What else htmx sends says so itself.
const PATIENCE = 30_000; // ms; then somebody whose connection broke may try again
const FILE = 3_000; // ms; nothing tells a page that a file has come instead of the next one
const told = document.createElement("p");
told.setAttribute("role", "status");
told.className = "visually-hidden";
document.body.append(told);
const busy = new Map(); // form → its button and the clock that frees it

function free(form) {
  const { button, clock } = busy.get(form);
  clearTimeout(clock);
  busy.delete(form);
  button?.removeAttribute("aria-disabled");
  button?.classList.remove("is-busy");
  told.textContent = "";
}

function begin(form, button) {
  const clock = setTimeout(() => free(form), "file" === form.dataset.answer ? FILE : PATIENCE);
  busy.set(form, { button, clock });
  button?.setAttribute("aria-disabled", "true");
  button?.classList.add("is-busy");
  told.textContent = "送信しています";
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") {
    return;
  }
  if (busy.has(form)) {
    event.preventDefault();
    return;
  }
  begin(form, event.submitter);
});

const toldHere = (handle) => ({ target, detail }) =>
  target.matches('form[hx-target="#said"]') && handle(target, detail.requestConfig.triggeringEvent.submitter);

document.addEventListener("htmx:beforeRequest", toldHere(begin));
document.addEventListener("htmx:afterRequest", toldHere((form) => {
  busy.has(form) && free(form);
  form.closest(":popover-open")?.hidePopover(); // the message would come below the menu
}));

// Without an answer that can stand in the page it is sent once more as without script, and the browser shows what comes.
for (const failure of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failure, toldHere((form, button) => {
    if (button?.name) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
    }
    form.submit();
  }));
}

// What is folded over a list goes when the list is asked for.
document.addEventListener("submit", ({ target }) => target.querySelector(":popover-open")?.hidePopover());

// Back from the next page, the browser may show this one as it was left.
addEventListener("pageshow", (event) => {
  if (event.persisted) {
    [...busy.keys()].forEach(free);
  }
});
