/**
 * A Nest server that takes Dropzone's chunks with multer, in the two ways that are common: append each to the file, or keep
 * each in a file of its own and concatenate them with the last. Arguments: the port, the folder for files, and which way.
 */
import 'reflect-metadata';
import { createReadStream, createWriteStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Body, Controller, Module, Post, UploadedFile, UseInterceptors } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FileInterceptor } from '@nestjs/platform-express';

const [port = '0', folder = '.', way = 'append'] = process.argv.slice(2);

/** @typedef {Readonly<Record<'dzuuid' | 'dzchunkindex' | 'dztotalchunkcount', string>>} Fields */
/** @typedef {{ path: string, originalname: string }} Received */

/**
 * @param {string} from
 * @param {string} to
 */
async function append(from, to) {
  await pipeline(createReadStream(from), createWriteStream(to, { flags: 'a' }));
  await fs.unlink(from);
}

class UploadController {
  /**
   * @param {Received} file
   * @param {Fields} fields
   */
  async upload(file, fields) {
    const target = path.join(folder, path.basename(file.originalname));
    if (way === 'append') await append(file.path, target);
    else await this.keep(file, fields, target);
    return { received: Number(fields.dzchunkindex) };
  }

  /**
   * @param {Received} file
   * @param {Fields} fields
   * @param {string} target
   */
  async keep(file, { dzuuid, dzchunkindex, dztotalchunkcount }, target) {
    const chunks = path.join(folder, `chunks-${path.basename(dzuuid)}`);
    await fs.mkdir(chunks, { recursive: true });
    await fs.rename(file.path, path.join(chunks, String(Number(dzchunkindex))));
    if (Number(dzchunkindex) + 1 < Number(dztotalchunkcount)) return;
    for (let index = 0; index < Number(dztotalchunkcount); index++)
      await append(path.join(chunks, String(index)), target);
    await fs.rmdir(chunks);
  }
}

// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- it is decorated below
class AppModule {}

// What decorators do, without a compiler for them.
const { prototype } = UploadController;
const method = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(prototype, 'upload'));
Post('upload')(prototype, 'upload', method);
UseInterceptors(FileInterceptor('file', { dest: path.join(folder, 'incoming') }))(prototype, 'upload', method);
UploadedFile()(prototype, 'upload', 0);
Body()(prototype, 'upload', 1);
Controller()(UploadController);
Module({ controllers: [UploadController] })(AppModule);

const app = await NestFactory.create(AppModule, { logger: false });
await app.listen(Number(port), '127.0.0.1');
