import { fileURLToPath } from "node:url"

const file = (name: string) => fileURLToPath(new URL(`certificates/${name}`, import.meta.url))

/**
 * Files for tests of TLS, made for nothing else: `ca` is the certificate of an authority whose key is gone; `server` is a
 * certificate of that authority for 127.0.0.1 and localhost, `client` one for a user; `serverKey` and `clientKey` belong
 * to them. All are PEM and valid for a hundred years.
 */
export const TestCertificates = {
  ca: file("ca.pem"),
  server: file("server.pem"),
  serverKey: file("server.key"),
  client: file("client.pem"),
  clientKey: file("client.key")
}
