// Tests run the code as production does: Node's own type stripping, nothing else.
import { stripTypeScriptTypes } from 'node:module'

export default { process: source => ({ code: stripTypeScriptTypes(source) }) }
