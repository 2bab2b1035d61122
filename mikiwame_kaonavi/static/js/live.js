// What htmx has put into the page is said aloud where it says how: by a region that was there before, and only when the
// words are others than before. A region that comes with what it tells of is not heard by every screen reader.
const told = document.createElement("p");
told.setAttribute("role", "status");
told.className = "visually-hidden";
document.body.append(told);
const words = () => document.querySelector("[data-told]")?.dataset.told ?? "";
let before = words();

document.addEventListener("htmx:afterSettle", () => {
  if (words() !== before) {
    told.textContent = before = words();
  }
});
