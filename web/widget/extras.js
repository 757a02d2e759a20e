// What not every chat needs: the report, its state, the conversation as a file. Fetched when it is
// first needed, see `later.js`; it brings its styles along.

import { onForm, onPreview, statusForm } from './forms.js';
import { download } from './history.js';
import { FORMS } from './styles-forms.js';
import { FORMS_DE } from './texts-forms-de.js';
import { onCreated, onStatus } from './ticket.js';

export const EXTRAS = { download, onCreated, onForm, onPreview, onStatus, statusForm, styles: FORMS, texts: FORMS_DE };
