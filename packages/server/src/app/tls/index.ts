/** The certificate that the server shows: read and checked when it starts, and read anew when its files change. */
export type { CertificateFiles } from './certificate.js';
export { ServedCertificate } from './served-certificate.js';
