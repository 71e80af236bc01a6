//! The request fields by which proxies and servers are known to hand on identity, by who writes them.
//!
//! Left out on purpose, because callers need them: credentials that somebody checks (`Authorization`, `X-Api-Key`,
//! `X-Access-Token`, `X-Auth-Token`, and `X-Auth-User`, the name that goes with an `X-Auth-Key`), names for tracing
//! (`traceparent`, `X-Amzn-Trace-Id`, `CF-Ray`), what clients say of themselves (`X-Client-Id`, `X-Device-Id`, and
//! `X-User-…` without a known meaning), and `X-HTTP-Method-Override`.

/// Names and families, separated by spaces. One with `_` or `$` is written that way by those who hand it on.
pub(super) const KNOWN: &[&str] = &[
    // Forwarding (RFC 7239), its forerunners and imitations. X-Forwarded-Client-Cert (Envoy), -Tls-Client-Cert and its
    // -Info (Traefik), -User, -Email, -Groups and -Access-Token (oauth2-proxy) are of this family.
    "forwarded* forwarder* forward-for x-forwarded* x-forwarder* x-forward-for x-forward-host x-forward-proto \
     x-original-for",
    // Certificates, whole or in parts (RFC 9440, nginx, mod_ssl, HAProxy, Kong, Puppet, Tomcat, SAP), and what their
    // verification came to. `VERIFIED` and `DN` are nginx's examples.
    "ssl_* x-ssl* sslclient* tls-* x-tls-* mtls-* x-mtls-* cert-* x-cert x-cert-* x-certificate* x-peer-cert* \
     x-user-cert* x-spiffe* x-subject-dn x-issuer-dn x-subject-cn x-issuer-cn x-client-dn x-client-cn x-client-s-dn \
     x-client-i-dn x-client-subject* x-client-issuer* x-client-serial* x-client-san* x-client-fingerprint* \
     x-client-verif* client-verif* client-dn client-cn client-s-dn client-i-dn client-subject-* client-issuer-* \
     client-serial-* client-fingerprint x-common-name-ssl verified dn clientprotocol",
    // Addresses of callers.
    "x-real-* real-host x-client-addr* x-clientaddr client-addr* x-client-port client-port cluster-ip x-cluster-ip \
     x-originating-* originating-ip x-remote-* remote_* x-peer-ip x-source-ip source-ip x-from-ip x-user-ip x-true-ip \
     x-true-client* true-client* x-device-ip x-host-ip host-ip x-ip ip x-coming-from coming-from x-custom-ip-* \
     x-original-ip x-original-remote-* x-nginx-proxy x-bluecoat-* cdn-src-* x-cdn-src-* do-connecting-ip \
     x-override-ip x-server-ip incap-* x-sucuri-* ali-cdn-*",
    // Scheme, host and port that were asked for.
    "front-end-https x-https https x-url-scheme url-scheme x-scheme x-proto x-original-proto x-original-scheme \
     x-original-port x-original-host x-host x-http-host* x-host-override x-backend-host x-gateway-host x-server-name \
     disguised-host was-default-hostname",
    // Path and method that were asked for (IIS, Symfony, ingress-nginx, WSGI, Rack): a backend that goes by another
    // path than the gateway judged is one whose policy was passed by.
    "x-original-url x-original-uri x-original-path x-original-method x-rewrite-url x-rewrite-uri x-rewrite-path \
     x-script-name script-name request-uri x-request-uri x-waws-unencoded-url x-sendfile-type x-accel-*",
    // A proxy for the backend itself (httpoxy), and what older proxies say under this word.
    "proxy proxy-* x-proxy*",
    // Users whom somebody in front has signed in: Kubernetes and Authelia (`Remote-…`, above), oauth2-proxy, authentik,
    // Pomerium, Vouch, Grafana, Louketo, RStudio, IIS.
    "x-auth-request-* x-authentik-* x-pomerium-* x-vouch-* x-webauth-* x-auth-email x-auth-groups x-auth-roles \
     x-auth-subject x-auth-userid x-auth-username x-auth-audience x-auth-expiresin x-rstudio-username auth_type \
     auth_user logon_user x-iisnode-* tailscale-* x-teleport-* x-jwt-claim* x-jwt-payload",
    // The same: Apache's modules, Shibboleth, SiteMinder, WebSEAL, Oracle Access Manager; mobile networks.
    "oidc_* mellon_* shib_* eppn persistent-id cas-user x-saml-* sm_user* smuser* sm_auth* sm_universalid sm_server* \
     sm_realm* iv-user* iv-groups iv-creds iv-remote-* iv_server_name oam_* osso-* x-msisdn msisdn \
     x-up-calling-line-id x-wap-network-* x-nokia-msisdn x-nokia-ipaddress",
    // Gateways and meshes: Kong, APISIX, Envoy, Istio, Linkerd, Dapr, Cloud Foundry.
    "x-consumer-* x-credential-* x-anonymous-consumer x-authenticated-* x-envoy-external-address x-envoy-internal \
     x-envoy-original-* x-envoy-peer-* x-envoy-downstream-* x-envoy-ip-tags x-istio-attributes sec-istio-* l5d-* \
     dapr-caller-* x-cf-forwarded-url x-cf-proxy-*",
    // Application servers: WebLogic, WebSphere, SAP, ASP.NET Core behind IIS.
    "wl-proxy-* wl-path-* x-weblogic-* $ws* x-sap-webdisp-* ms-aspnetcore-*",
    // Azure: Application Gateway, App Service, Front Door.
    "x-arr-* x-azure-socketip x-azure-fdid x-azure-requestchain x-fd-* x-ms-client-principal* x-ms-token-* \
     x-appservice-proto",
    // Amazon: load balancers, CloudFront, API Gateway, Lattice, Verified Access.
    "x-amzn-mtls-* x-amzn-oidc-* x-amzn-tls-* x-amzn-lattice-* x-amzn-ava-* x-amzn-vpce-* x-apigateway-* \
     cloudfront-viewer-* cloudfront-forwarded-*",
    // Google: Identity-Aware Proxy, App Engine, Endpoints.
    "x-goog-authenticated-* x-goog-iap-* x-appengine-* x-endpoint-api-*",
    // Cloudflare, Akamai, Fastly, Fly, Netlify, Vercel.
    "cf-connecting-* cf-cert-* cf-visitor cf-pseudo-* cf-ip* cf-access-authenticated-* cf-worker akamai-* x-akamai-* \
     client-to-edge* fastly-client* fastly-ssl fastly-ff fastly-temp-* fastly-orig-* fly-forwarded-* x-nf-* \
     x-vercel-ip-* x-vercel-proxied-* x-vercel-forwarded-*",
    // This gateway.
    "postern-* x-request-id",
];

/// What names of such fields speak of, wherever it stands in them.
pub(super) const ANYWHERE: &[&str] = &["client-cert", "clientcert", "ssl-client", "tls-client"];

/// The same at their end.
pub(super) const ENDINGS: &[&str] =
    &["client-ip", "clientip", "real-ip", "forwarded-for", "jwt-assertion", "userinfo"];

/// What the gateway says itself; no proxy says it in its place.
pub(super) const OWN: &[&str] =
    &["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-request-id"];

/// What decides how long a message is, what it holds and where it goes: no field is one of these in disguise.
pub(super) const FRAMING: &[&str] = &[
    "host",
    "content-length",
    "content-type",
    "content-encoding",
    "content-range",
    "transfer-encoding",
    "keep-alive",
    "http2-settings",
];

/// What servers and libraries put in front of a field's name in the name of the variable that they make of it. Some
/// programs look for a field under the variable's name, and gRPC gateways take the second off.
pub(super) const PREFIXES: &[&str] = &["http-", "grpc-metadata-"];

/// Fields that requests need: no name or family of an operator may take one away.
pub(super) const NEEDED: &[&str] = &[
    "accept",
    "accept-encoding",
    "accept-language",
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "host",
    "if-match",
    "if-none-match",
    "origin",
    "range",
    "referer",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];
