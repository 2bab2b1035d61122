// What htmx has put into the page is said aloud where it says how: by a region that was there before, since one that comes
// with what it tells of is not heard by every screen reader. What asks for itself is heard when it says something new.
const told = document.createElement("p");
told.setAttribute("role", "status");
told.className = "visually-hidden";
document.body.append(told);

document.addEventListener("htmx:afterSettle", ({ detail: { requestConfig, target } }) => {
  const words = target.id && document.getElementById(target.id)?.dataset.told;
  const asksForItself = requestConfig?.elt === target;
  if (words && !(asksForItself && words === target.dataset.told)) {
    told.textContent = words;
  }
});

// A message that was closed is gone: what it asked for again and again is asked for no more.
document.addEventListener("close", ({ target }) => target.matches("#said > .notice") && target.remove(), true);

// What takes the place of the page takes the focus along, which would be nowhere.
document.addEventListener("htmx:afterSettle", ({ detail: { target } }) => target.id === "main" && document.getElementById("main").focus());
