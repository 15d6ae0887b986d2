/**
 * fastify looks for a plugin's name, which only its errors need, among all modules that are loaded. Jest answers that slowly,
 * for each plugin anew: most of a second for every hub. A plugin with a name is not looked for.
 */
Object.defineProperty(Function.prototype, Symbol.for('fastify.display-name'), { value: 'plugin', writable: true })
