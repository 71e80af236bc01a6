// Posts bodies of the given sizes with Node's https and http2 modules and prints a status, or an error, for each try.
import { readFileSync } from "node:fs";
import http2 from "node:http2";
import https from "node:https";

const [address, certificate, tries, ...sizes] = process.argv.slice(2);
const ca = readFileSync(certificate);

const overOne = (body) =>
    new Promise((done) => {
        const request = https.request(address, { method: "POST", ca, agent: false, timeout: 20000 }, (response) => {
            response.resume();
            response.on("end", () => done(response.statusCode));
            response.on("error", (error) => done(`response: ${error}`));
        });
        request.on("error", (error) => done(`${body.length} HTTP/1.1 ${error}`));
        request.end(body);
    });

const overTwo = (body) =>
    new Promise((done) => {
        const session = http2.connect(address, { ca });
        session.on("error", (error) => done(`session: ${error}`));
        const request = session.request({ ":path": new URL(address).pathname, ":method": "POST" });
        let status;
        request.on("response", (headers) => (status = headers[":status"]));
        request.on("error", (error) => done(`${body.length} HTTP/2 ${error}`));
        request.on("close", () => {
            done(status);
            session.close();
        });
        request.resume();
        request.end(body);
    });

for (const send of [overOne, overTwo]) {
    for (const size of sizes.map(Number)) {
        for (let turn = 0; turn < Number(tries); turn++) {
            console.log(await send(Buffer.alloc(size, "x")));
        }
    }
}
