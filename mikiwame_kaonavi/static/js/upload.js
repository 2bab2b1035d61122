// A file dropped anywhere on the card, and a bar while it travels. htmx sends it; without script the browser does.
const form = () => document.querySelector("[data-largest]");
const part = (name) => form().querySelector(name);
const megabytes = (bytes) => (bytes / 1024 / 1024).toFixed(1);

function tell(problem) {
  const place = part(".upload-problem");
  place.hidden = !problem;
  place.querySelector("span").textContent = problem;
}

function judge() {
  const file = part("input[type=file]").files[0];
  const isTooLarge = file && file.size > Number(form().dataset.largest);
  tell(isTooLarge ? `ファイルが大きすぎます（${megabytes(file.size)} MB）。${form().dataset.tooLarge}` : "");
  return !isTooLarge;
}

function travel(isOnItsWay) {
  part(".upload-progress").hidden = !isOnItsWay;
  part(".upload-stop").hidden = !isOnItsWay;
  part(".button-primary").classList.toggle("is-busy", isOnItsWay);
}

const hasFiles = (event) => event.dataTransfer?.types.includes("Files");

for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (!hasFiles(event) || !form()) {
      return;
    }
    event.preventDefault(); // else the browser leaves the page and shows the file
    const isAbove = form().contains(event.target) && kind !== "drop";
    const isLeaving = kind === "dragleave" && !form().contains(event.relatedTarget);
    form().classList.toggle("is-above", isAbove && !isLeaving);
    if (kind === "drop" && form().contains(event.target)) {
      const [file] = event.dataTransfer.files;
      const one = new DataTransfer();
      one.items.add(file);
      part("input[type=file]").files = one.files;
      judge();
      part(".button-primary").focus();
    }
  });
}

document.addEventListener("change", (event) => event.target.type === "file" && judge());

const ofForm = (handle) => (event) => event.target === form() && handle(event);

document.addEventListener("htmx:beforeRequest", ofForm((event) => (judge() ? travel(true) : event.preventDefault())));
document.addEventListener("htmx:afterRequest", ofForm(() => travel(false)));
document.addEventListener("htmx:xhr:progress", ofForm((event) => {
  const { loaded, total, lengthComputable } = event.detail;
  if (!lengthComputable || part(".upload-progress").hidden) {
    return;
  }
  const share = Math.floor((loaded / total) * 100);
  const bar = part("progress");
  const words = part(".upload-progress [role=status]");
  if (share < 100) {
    bar.value = share;
    part(".upload-progress output").textContent = `${megabytes(loaded)} MB / ${megabytes(total)} MB`;
    words.textContent = `${Math.floor(share / 25) * 25}% 送信しました`;
  } else {
    bar.removeAttribute("value");
    part(".upload-progress output").textContent = words.textContent = "受け取りました。処理を準備しています";
  }
}));
document.addEventListener("htmx:sendError", ofForm(() =>
  tell("サーバーに接続できなかったため、送信できませんでした。接続を確かめて、もう一度送信してください。"),
));
document.addEventListener("htmx:responseError", ofForm((event) => {
  const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  tell(answer.querySelector(".empty p")?.textContent ?? "送信できませんでした。しばらくしてから、もう一度送信してください。");
}));
