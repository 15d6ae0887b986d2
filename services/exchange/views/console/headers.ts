/**
 * Rules that a browser must hold the console to. Everything comes from the hub itself; the issuer alone may be called beside it
 * (tokens) and framed (renewing them silently, for which the console also frames itself). Element Plus and ECharts style
 * elements through the CSSOM, which a style-src without 'unsafe-inline' allows. `data:` images are Element Plus's icons.
 */
export function consoleHeaders(issuer: string): Record<string, string> {
  const { origin } = new URL(issuer)
  return {
    'content-security-policy': [
      `default-src 'self'`,
      `script-src 'self'`,
      `style-src 'self'`,
      `img-src 'self' data:`,
      `connect-src 'self' ${origin}`,
      `frame-src 'self' ${origin}`,
      `object-src 'none'`,
      `base-uri 'none'`,
      `form-action 'none'`,
      `frame-ancestors 'self'`,
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
  }
}
