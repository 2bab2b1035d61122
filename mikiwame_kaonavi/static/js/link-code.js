// The code of a one-time link stands behind its "#", which browsers send to nobody, so that it gets into no log.
const code = location.hash.slice(1);
if (code) {
  document.getElementById("id_code").value = code;
  history.replaceState(null, "", location.pathname);
}
