// The calls behind an answer: folded, with a button that copies them.
function render({ model, el }) {
  const button = document.createElement("button");
  const fold = document.createElement("details");
  const head = document.createElement("summary");
  const code = document.createElement("pre");
  button.className = "jupyter-button";
  button.type = "button";
  head.textContent = "The calls behind this";
  fold.append(head, code);
  const row = document.createElement("div");
  row.append(fold, button);
  el.append(row);
  fold.style.cssText = "flex: 1; min-width: 0";
  code.style.cssText = "overflow: auto; margin: .5em 0; line-height: 1.4";

  function show() {
    code.textContent = model.get("text");
    row.style.cssText = "gap: 1em; align-items: start; margin: .5em 0";
    row.style.display = code.textContent ? "flex" : "none";
    button.textContent = "Copy the calls";
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch { // refused, or an address without encryption: select the text and copy it
      fold.open = true;
      getSelection().selectAllChildren(code);
      document.execCommand("copy");
    }
    button.textContent = "Copied";
  }

  button.addEventListener("click", copy);
  model.on("change:text", show);
  show();
}

export default { render };
