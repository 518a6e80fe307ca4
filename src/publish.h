/*
 * publish.h: the gate of published views.
 */
#ifndef SCORING_PUBLISH_H
#define SCORING_PUBLISH_H

/* Hooks and callbacks, once for each process. */
extern void scoring_publish_init(void);

#endif
