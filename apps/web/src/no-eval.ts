import { config } from 'zod';

// Schemas compile themselves with eval as soon as they are made, which the page's content security policy refuses and
// reports. So this has to come before everything that makes one: as an entry of its own before `main.ts`, whose imports may
// be bundled into pieces that run before it does.
config({ jitless: true });
