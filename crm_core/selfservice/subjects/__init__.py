"""What the bank can be asked for at the keypad, a module for each subject. They read and decide
nothing: who may be told is settled in `crm_core.selfservice.looking_up`."""
