// Copy buttons of our own pages: `button[data-copies]` copies the text of the element whose id it names, and the
// status beside it says so. Without scripts the buttons stay hidden and the text can be marked by hand.

/** Selects a node's text; on pages without TLS browsers copy only what is selected. */
function copySelected(node) {
  getSelection().selectAllChildren(node);
  return document.execCommand('copy');
}

async function copy(node) {
  try {
    await navigator.clipboard.writeText(node.textContent);
    return true;
  } catch {
    return copySelected(node);
  }
}

for (const button of document.querySelectorAll('button[data-copies]')) {
  const status = button.parentElement.querySelector('[role=status]');
  button.hidden = false;
  button.addEventListener('click', async () => {
    const done = await copy(document.getElementById(button.dataset.copies));
    status.textContent = done ? 'Kopiert.' : 'Der Text ist markiert: bitte kopieren Sie ihn mit der Tastatur.';
  });
}
