"""What the bank can be asked for at the keypad, a module for each subject. They read and audit
nothing; who may be told is decided before them, in `crm_core.selfservice.looking_up`."""
