// What pages do beyond plain HTML, where a browser runs scripts: show a password, copy a text, submit a form that needs no answer. Each page works
// without it; the buttons are hidden until this script can serve them. It reads and writes nothing but what the button names.
'use strict'
{
  const say = (button, text) => {
    button.firstElementChild.textContent = text
  }

  const reveal = (button) => {
    const input = document.getElementById(button.getAttribute('aria-controls'))
    const isShown = input.type === 'password'
    input.type = isShown ? 'text' : 'password'
    say(button, isShown ? button.dataset.hide : button.dataset.show)
  }

  const copy = (button) => {
    const source = document.getElementById(button.getAttribute('aria-controls'))
    const copied = () => {
      say(button, button.dataset.copied)
      setTimeout(() => say(button, button.dataset.copy), 2000)
    }
    // Refused by the browser or its user, the text is still there to be selected.
    navigator.clipboard.writeText(source.textContent).then(copied, () => {})
  }

  for (const button of document.querySelectorAll('button[data-show]')) {
    button.hidden = false
    button.addEventListener('click', () => reveal(button))
    // A browser would remember a shown password as the text of a form.
    button.form?.addEventListener('submit', () => {
      document.getElementById(button.getAttribute('aria-controls')).type = 'password'
    })
  }

  // Browsers give the clipboard to secure contexts only.
  if (navigator.clipboard) {
    for (const button of document.querySelectorAll('button[data-copy]')) {
      button.hidden = false
      button.addEventListener('click', () => copy(button))
    }
  }
}
