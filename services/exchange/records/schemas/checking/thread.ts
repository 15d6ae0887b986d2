/** The entry of the checking thread: schemas are taken apart here, where a hostile one stalls nothing. */
import { parentPort } from 'node:worker_threads'
import { answer, type CheckRequest } from './request.ts'

parentPort?.on('message', (request: CheckRequest) => parentPort?.postMessage(answer(request)))
parentPort?.postMessage('ready')
