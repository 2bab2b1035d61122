// The button beside what is to be copied. Without script the text is there to be selected, and no button.
const FOR_A_WHILE = 4_000; // ms
const DONE = "コピーしました";
const REFUSED = "コピーできませんでした。選択してコピーしてください";

async function copy(place, text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return true;
  }
  // on a plain http:// address browsers have no clipboard, but the older command
  if (place.select) {
    place.select();
  } else {
    getSelection().selectAllChildren(place);
  }
  return document.execCommand("copy");
}

for (const button of document.querySelectorAll("button[data-copies]")) {
  const place = document.getElementById(button.dataset.copies);
  const words = button.querySelector("span");
  const before = words.textContent;
  const told = button.nextElementSibling;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = place.dataset.text ?? place.value ?? place.innerText;
    let isDone = false;
    try {
      isDone = await copy(place, text);
    } catch {
      // the browser or the person said no
    }
    told.textContent = words.textContent = isDone ? DONE : REFUSED;
    setTimeout(() => (words.textContent = before), FOR_A_WHILE);
  });
}
