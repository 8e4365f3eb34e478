//! Requests to addresses that others chose. Whoever may set a webhook could otherwise make the gateway
//! ask servers that only it can reach (SSRF).
//!
//! Only public addresses are connected to: names are checked after resolution, with the very addresses
//! that are connected to, so a name that answers differently the next time gains nothing. No redirects
//! are followed and no proxy is used, for either would choose an address of its own.

use std::{
    error::Error,
    fmt,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::{Arc, LazyLock},
};

use ipnet::IpNet;
use reqwest::{
    Client, RequestBuilder, StatusCode, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};
use url::Host;

use crate::config::{self, ConfigError};

/// An answer is read so far that its connection can be used again, and no further.
const LONGEST_ANSWER: usize = 64 * 1024;

/// IPv4 that is not the public internet, by IANA's registry of special purposes.
const NOT_PUBLIC_V4: [&str; 16] = [
    "0.0.0.0/8",       // this network
    "10.0.0.0/8",      // private
    "100.64.0.0/10",   // carrier-grade NAT
    "127.0.0.0/8",     // loopback
    "169.254.0.0/16",  // link-local, clouds' metadata
    "172.16.0.0/12",   // private
    "192.0.0.0/24",    // protocol assignments
    "192.0.2.0/24",    // documentation
    "192.31.196.0/24", // AS112
    "192.52.193.0/24", // automatic multicast tunnelling
    "192.88.99.0/24",  // 6to4 relays
    "192.168.0.0/16",  // private
    "192.175.48.0/24", // AS112
    "198.18.0.0/15",   // benchmarks
    "198.51.100.0/24", // documentation
    "203.0.113.0/24",  // documentation
];
/// Multicast, reserved and broadcast: everything from here on.
const LAST_PUBLIC_V4: u8 = 223;

/// IPv6 that may be public lies here …
const PUBLIC_V6: &str = "2000::/3";
/// … but for these. The tunnels among them hold an IPv4 address that nobody would check.
const NOT_PUBLIC_V6: [&str; 6] = [
    "2001::/23",         // protocol assignments, Teredo among them
    "2001:db8::/32",     // documentation
    "2002::/16",         // 6to4
    "2620:4f:8000::/48", // AS112
    "3fff::/20",         // documentation
    "3ffe::/16",         // the former 6bone
];

static SPECIAL: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    let networks = NOT_PUBLIC_V4.iter().chain(&NOT_PUBLIC_V6);
    networks
        .map(|network| network.parse().expect("a network"))
        .collect()
});

/// Whether an address belongs to the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.octets()[0] <= LAST_PUBLIC_V4 && !is_special(IpAddr::V4(v4)),
        IpAddr::V6(v6) => is_global_unicast(v6) && !is_special(IpAddr::V6(v6)),
    }
}

fn is_global_unicast(address: Ipv6Addr) -> bool {
    let network: ipnet::Ipv6Net = PUBLIC_V6.parse().expect("a network");
    network.contains(&address)
}

fn is_special(address: IpAddr) -> bool {
    SPECIAL.iter().any(|network| network.contains(&address))
}

/// What may be connected to.
#[derive(Debug, Clone)]
struct Rule {
    allow_http: bool,
    allow_networks: Vec<IpNet>,
}

impl Rule {
    fn allows(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_public(address) || self.allow_networks.iter().any(|it| it.contains(&address))
    }

    /// What can be said of an address before any name is resolved.
    fn check(&self, url: &Url) -> Result<(), Forbidden> {
        let is_web = url.scheme() == "https" || url.scheme() == "http" && self.allow_http;
        // An IP address in a URL goes past the resolver.
        let is_allowed = match url.host() {
            Some(Host::Ipv4(address)) => self.allows(address.into()),
            Some(Host::Ipv6(address)) => self.allows(address.into()),
            Some(Host::Domain(_)) => true,
            None => false,
        };
        if is_web && is_allowed {
            Ok(())
        } else {
            Err(Forbidden)
        }
    }
}

/// An address that webhooks may not go to.
#[derive(Debug)]
struct Forbidden;

impl fmt::Display for Forbidden {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str(
            "webhooks go to public https addresses only; webhook_allow_networks and webhook_allow_http widen that",
        )
    }
}

impl Error for Forbidden {}

/// Finds the addresses of a name.
pub trait Lookup: Send + Sync + 'static {
    fn lookup(&self, name: &str) -> impl Future<Output = std::io::Result<Vec<SocketAddr>>> + Send;
}

/// The machine's own resolver.
pub struct SystemLookup;

impl Lookup for SystemLookup {
    async fn lookup(&self, name: &str) -> std::io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.collect())
    }
}

/// Resolves names and drops every address that is not allowed.
struct Guarded<L> {
    rule: Rule,
    lookup: Arc<L>,
}

impl<L: Lookup> Resolve for Guarded<L> {
    fn resolve(&self, name: Name) -> Resolving {
        let (rule, lookup) = (self.rule.clone(), self.lookup.clone());
        Box::pin(async move {
            let mut found = lookup.lookup(name.as_str()).await?;
            let there_were_some = !found.is_empty();
            found.retain(|address| rule.allows(address.ip()));
            if found.is_empty() && there_were_some {
                return Err(Forbidden.into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

/// Why a request brought no answer.
#[derive(Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Its address is not allowed; no connection was made.
    Forbidden(String),
    /// Anything that may be different the next time.
    Failed(String),
}

/// A client that reaches the public internet only. Cheap to clone.
#[derive(Clone)]
pub struct Outbound {
    client: Client,
    rule: Rule,
}

impl Outbound {
    /// Connects to nothing yet.
    ///
    /// Errors: no TLS on this machine.
    pub fn new(config: &config::Webhooks) -> Result<Self, ConfigError> {
        Self::with_lookup(config, SystemLookup)
    }

    /// As [`Outbound::new`], with another way to resolve names.
    ///
    /// Errors: no TLS on this machine.
    pub fn with_lookup(
        config: &config::Webhooks,
        lookup: impl Lookup,
    ) -> Result<Self, ConfigError> {
        let rule = Rule {
            allow_http: config.allow_http,
            allow_networks: config.allow_networks.clone(),
        };
        let guarded = Guarded {
            rule: rule.clone(),
            lookup: Arc::new(lookup),
        };
        let client = Client::builder()
            .dns_resolver(Arc::new(guarded))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .https_only(!config.allow_http)
            .timeout(config.timeout)
            .referer(false)
            .user_agent(concat!("portal-gateway/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| ConfigError(format!("cannot set up the HTTP client: {error}")))?;
        Ok(Self { client, rule })
    }

    /// A request to be completed and handed to [`Outbound::send`].
    pub fn post(&self, url: Url) -> RequestBuilder {
        self.client.post(url)
    }

    /// Sends it and answers with the status alone.
    ///
    /// Errors: a forbidden address; no connection, no answer in time.
    pub async fn send(&self, request: RequestBuilder) -> Result<StatusCode, Trouble> {
        let request = request.build().map_err(trouble)?;
        self.rule
            .check(request.url())
            .map_err(|forbidden| Trouble::Forbidden(forbidden.to_string()))?;
        let mut answer = self.client.execute(request).await.map_err(trouble)?;
        let mut read = 0;
        while read < LONGEST_ANSWER {
            match answer.chunk().await {
                Ok(Some(chunk)) => read += chunk.len(),
                // What counts has arrived before the body.
                Ok(None) | Err(_) => break,
            }
        }
        Ok(answer.status())
    }
}

fn trouble(error: reqwest::Error) -> Trouble {
    let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(inner) = cause {
        if inner.is::<Forbidden>() {
            return Trouble::Forbidden(Forbidden.to_string());
        }
        cause = inner.source();
    }
    Trouble::Failed(reason(error))
}

/// Why a request failed, without its address, which often holds a secret.
pub fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause: &dyn Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    if error.is_timeout() {
        "no answer in time".to_owned()
    } else {
        super::format::truncated(format!("{error}: {cause}"), 300)
    }
}
