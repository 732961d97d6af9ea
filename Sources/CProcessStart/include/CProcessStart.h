#ifndef DMFT_PROCESS_START_H
#define DMFT_PROCESS_START_H

// What has to be settled before `main`. Nothing is called by name: linking this target into the program is enough.

#endif
