# exim4 and dovecot on loopback (being written).
mail_up() { return 0; }
mail_runs() { return 1; }
mail_down() { return 0; }
