// A department as one types: the combobox with a list of WAI-ARIA, of which HTML has none that finds on a server.
// The box is sent only while it says something that was not chosen; then the server asks what is meant.
for (const chooser of document.querySelectorAll("[data-chooser]")) {
  const box = chooser.querySelector("input[type=text]");
  const list = chooser.querySelector(".chooser-list");
  const told = chooser.querySelector("[role=status]");
  const chosen = chooser.querySelector("input[type=hidden]"); // none where many can be chosen
  const name = box.name;
  let shown = chooser.querySelector(".chooser-fits") ? null : box.value;
  let active = null;
  let isAsked = false; // whether somebody still waits for what fits

  const options = () => [...list.querySelectorAll("[role=option]")];
  const isOpen = () => !list.hidden;
  const typed = () => (box.value === shown ? "" : box.value);

  function settle() {
    if (box.value === shown || !box.value.trim()) {
      box.removeAttribute("name");
    } else {
      box.name = name;
    }
  }

  // The end of a path says more than its beginning.
  function show() {
    box.title = box.value;
    box.scrollLeft = box.scrollWidth;
  }

  function look() {
    isAsked = true;
    box.setAttribute("hx-vals", JSON.stringify({ q: typed(), chosen: chosen?.value ?? "" }));
    htmx.trigger(box, "look");
  }

  function close() {
    isAsked = false;
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    point(null);
  }

  function point(option) {
    active?.classList.remove("active");
    active = option;
    active?.classList.add("active");
    active?.scrollIntoView({ block: "nearest" });
    if (active) {
      box.setAttribute("aria-activedescendant", active.id);
    } else {
      box.removeAttribute("aria-activedescendant");
    }
  }

  function choose(value, words) {
    chooser.querySelector(".chooser-fits")?.remove();
    if (chosen) {
      chosen.value = value;
      shown = box.value = words;
    } else {
      add(value, words);
      shown = box.value = "";
    }
    settle();
    show();
    close();
    chooser.dispatchEvent(new Event("chosen", { bubbles: true }));
  }

  function add(value, words) {
    const known = chooser.querySelector(`.chosen input[value="${value}"]`);
    if (known) {
      known.checked = true;
      return;
    }
    const line = chooser.querySelector("template").content.cloneNode(true);
    const tick = line.querySelector("input");
    const label = line.querySelector("label");
    tick.value = value;
    tick.checked = true;
    tick.id = label.htmlFor = `department-${value}`;
    label.textContent = words;
    chooser.querySelector(".chosen").append(line);
    told.textContent = `${words}を追加しました`;
  }

  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-expanded", "false");
  settle();
  show();

  box.addEventListener("click", () => isOpen() || look());
  box.addEventListener("focus", () => box.select());
  box.addEventListener("input", () => {
    chooser.querySelector(".chooser-fits")?.remove();
    if (!box.value.trim() && chosen) {
      shown = "";
      if (chosen.value) {
        chosen.value = "";
        chooser.dispatchEvent(new Event("chosen", { bubbles: true }));
      }
    }
    settle();
    look();
  });
  box.addEventListener("blur", () => {
    close();
    show();
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) {
      return; // Enter and arrows are the input method's
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const all = options();
      if (!isOpen()) {
        look();
      } else if (all.length) {
        const from = active ? all.indexOf(active) : step > 0 ? -1 : 0;
        point(all[(from + step + all.length) % all.length]);
      }
    } else if (event.key === "Enter" && isOpen() && active) {
      event.preventDefault();
      choose(active.dataset.value, active.dataset.words);
    } else if (event.key === "Escape" && (isOpen() || isAsked)) {
      event.preventDefault();
      close();
    }
  });

  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) {
      choose(option.dataset.value, option.dataset.words);
    }
  });
  list.addEventListener("htmx:afterSwap", () => {
    if (!isAsked) {
      return;
    }
    const all = options();
    all.forEach((option, number) => (option.id = `${box.id}_${number}`));
    list.firstElementChild.id = `${box.id}_options`;
    box.setAttribute("aria-controls", `${box.id}_options`);
    box.setAttribute("aria-expanded", "true");
    list.hidden = false;
    list.classList.remove("at-the-right");
    list.classList.toggle("at-the-right", list.getBoundingClientRect().right > document.documentElement.clientWidth);
    told.textContent = list.querySelector(".chooser-told").textContent.trim();
    point(typed() ? all[0] : (all.find((option) => option.getAttribute("aria-selected") === "true") ?? null));
  });
}
