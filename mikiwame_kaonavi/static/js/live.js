// What htmx has put into the page is said aloud where it says how: by a region that was there before, since one that comes
// with what it tells of is not heard by every screen reader. What asks for itself is heard when it says something new.
const told = document.createElement("p");
told.setAttribute("role", "status");
told.className = "visually-hidden";
document.body.append(told);
const words = () => document.querySelector("[data-told]")?.dataset.told;
let before = words();

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const asksForItself = detail.requestConfig?.elt === detail.target;
  if (detail.target.dataset?.told && words() && !(asksForItself && words() === before)) {
    told.textContent = before = words();
  }
});
