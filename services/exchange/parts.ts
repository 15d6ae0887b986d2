/** The hub's parts: everything that its rooms need. Made in open-parts.ts, once (or by a test). */

import type { Logger } from '../contract/log.ts'
import type { AgreementNeeds } from './law/agreement/needs.ts'
import type { CatalogueNeeds } from './law/catalogue/needs.ts'
import type { ConsentNeeds } from './law/consent/needs.ts'
import type { LogNeeds } from './log/append/needs.ts'
import type { PullNeeds } from './pull/needs.ts'
import type { CorrectionNeeds } from './records/correction/needs.ts'
import type { IngestNeeds } from './records/ingest/needs.ts'
import type { NameCheckNeeds } from './records/name-check/needs.ts'
import type { RegistryNeeds } from './records/registry/needs.ts'
import type { SchemaNeeds } from './records/schemas/needs.ts'
import type { FiguresNeeds } from './views/figures/needs.ts'
import type { MeNeeds } from './views/me/needs.ts'
import type { OperationNeeds } from './views/operation/needs.ts'
import type { RepeatCollectionNeeds } from './views/repeat-collection/needs.ts'

export type Parts = { log: Logger } & LogNeeds &
  AgreementNeeds &
  CatalogueNeeds &
  ConsentNeeds &
  CorrectionNeeds &
  NameCheckNeeds &
  IngestNeeds &
  RegistryNeeds &
  SchemaNeeds &
  PullNeeds &
  FiguresNeeds &
  OperationNeeds &
  RepeatCollectionNeeds &
  MeNeeds
