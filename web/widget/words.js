// The reader's language, and nodes that speak it. A node made here knows which texts it shows, so that the
// language can be changed at any time. German is always there; English is fetched when it is first shown.

import { DE } from './texts-de.js';

export class Words {
  lang = 'de';
  #tables = { de: DE };
  #asked = 0;
  #shown = new WeakMap(); // node -> what it says in every language

  /** `tables`: what was fetched already, by language. */
  constructor(tables) {
    Object.assign(this.#tables, tables);
  }

  /** More German texts; in English all are in one table. */
  add(texts) {
    this.#tables.de = { ...this.#tables.de, ...texts };
  }

  knows(lang) {
    return lang in this.#tables;
  }

  /** Fetches a language. A browser may remember a failure, hence the number. */
  async learn(lang) {
    this.#asked += 1;
    this.#tables[lang] = (await import(`./texts-en.js?${this.#asked}`)).EN;
  }

  /** Everything below `root` that speaks, in another language. */
  change(lang, root) {
    this.lang = lang;
    for (const node of root.querySelectorAll('[data-t]')) this.says(node, this.#shown.get(node));
  }

  /** A text with its `{placeholders}` filled in. */
  text = (key, values = {}) => {
    const found = this.#tables[this.lang][key] ?? this.#tables.de[key] ?? key;
    return found.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
  };

  /** Has a node show texts: `{t, tLabel, tHint}`, each `[key, values?]`. */
  says = (node, says) => {
    node.dataset.t = '';
    this.#shown.set(node, says);
    if (says.t) {
      node.textContent = this.text(...says.t);
      node.lang = this.lang; // it may stand in words of another language
    }
    if (says.tLabel) node.setAttribute('aria-label', this.text(...says.tLabel));
    if (says.tHint) node.setAttribute('placeholder', this.text(...says.tHint));
  };

  /**
   * A node: `h('button.main', {t: 'yes', onclick}, …children)`. `t`, `tLabel`, `tHint` are keys of the texts, or
   * `[key, values]`, for text, accessible name and placeholder.
   */
  h = (tag, props, ...children) => {
    const [name, ...classes] = tag.split('.');
    const node = document.createElement(name);
    if (name === 'button') node.type = 'button';
    if (classes.length) node.className = classes.join(' ');
    const says = {};
    for (const [key, value] of Object.entries(props ?? {})) {
      if ((value ?? false) === false) continue;
      if (key === 't' || key === 'tLabel' || key === 'tHint') says[key] = [value].flat();
      else if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
      else node.setAttribute(key, value === true ? '' : String(value));
    }
    node.append(...children.flat().filter(Boolean));
    if (Object.keys(says).length) this.says(node, says);
    return node;
  };
}
