/* global loadInternationalDomains -- a parameter of the text that this becomes part of */

/**
 * Stands in for `tr46` in whatwg-url: an ASCII domain without `xn--` is only made lower-case, as the standard says of
 * it (https://url.spec.whatwg.org/#concept-domain-to-ascii, step 1), so that the large tables are seldom needed.
 */
export function toASCII(domain, options) {
  const isPlain = /^[\0-\x7f]*$/.test(domain) && !/(^|\.)xn--/i.test(domain)
  return isPlain && !options.verifyDNSLength
    ? domain.toLowerCase()
    : loadInternationalDomains().toASCII(domain, options)
}
