//! TLS to Postgres, by the URL's `sslmode`.

use std::{path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, pem::PemObject},
};
use rustls_platform_verifier::BuilderVerifierExt;
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::{CancelToken, Config, Error, NoTls, config::SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::config::ConfigError;

#[derive(Clone)]
pub(super) enum Tls {
    Off,
    On(MakeRustlsConnect),
}

/// Reads the URL and whether it asks for TLS. `prefer`, libpq's default, counts as no: it checks
/// nothing and so protects from nobody.
///
/// Errors: anything that is not a connection URL. Its text is not repeated, for it has the password.
pub(super) fn read_url(url: &SecretString) -> Result<(Config, bool), ConfigError> {
    // tokio-postgres does not know the two stricter words; here `require` checks as much.
    let known = url
        .expose_secret()
        .replace("sslmode=verify-full", "sslmode=require")
        .replace("sslmode=verify-ca", "sslmode=require");
    let mut config: Config = known.parse().map_err(|_| {
        ConfigError(
            "database_url cannot be read; it should look like \
             postgresql://portal_gateway:<password>@<host>:<port>/<database>, special characters \
             in the password percent-encoded"
                .to_owned(),
        )
    })?;
    let wants_tls = config.get_ssl_mode() == SslMode::Require;
    if !wants_tls {
        config.ssl_mode(SslMode::Disable);
    }
    Ok((config, wants_tls))
}

impl Tls {
    /// Trusts the authority in `ca_file`, or else the machine's own list.
    ///
    /// Errors: a file that cannot be read or holds no certificate.
    pub fn new(wanted: bool, ca_file: Option<&Path>) -> Result<Self, ConfigError> {
        if !wanted {
            return Ok(Self::Off);
        }
        let failed = |error: rustls::Error| ConfigError(format!("cannot set up TLS: {error}"));
        let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(failed)?;
        let builder = match ca_file {
            Some(path) => builder.with_root_certificates(authorities(path)?),
            None => builder.with_platform_verifier().map_err(failed)?,
        };
        Ok(Self::On(MakeRustlsConnect::new(
            builder.with_no_client_auth(),
        )))
    }

    /// Asks the server to stop what the token's connection is doing.
    pub async fn cancel(&self, token: &CancelToken) -> Result<(), Error> {
        match self {
            Self::Off => token.cancel_query(NoTls).await,
            Self::On(connector) => token.cancel_query(connector.clone()).await,
        }
    }
}

fn authorities(path: &Path) -> Result<RootCertStore, ConfigError> {
    let unusable = |why: String| ConfigError(format!("database_ca_file {}: {why}", path.display()));
    let certificates: Vec<_> = CertificateDer::pem_file_iter(path)
        .and_then(|found| found.collect::<Result<_, _>>())
        .map_err(|error| unusable(error.to_string()))?;
    let mut store = RootCertStore::empty();
    let (added, _) = store.add_parsable_certificates(certificates);
    if added == 0 {
        return Err(unusable("there is no certificate in it".to_owned()));
    }
    Ok(store)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants_tls(url: &str) -> bool {
        read_url(&SecretString::from(url)).unwrap().1
    }

    #[test]
    fn tls_is_used_exactly_when_the_url_asks_for_it() {
        assert!(!wants_tls("postgresql://u:p@h/db"));
        assert!(!wants_tls("postgresql://u:p@h/db?sslmode=disable"));
        assert!(!wants_tls("postgresql://u:p@h/db?sslmode=prefer"));
        for mode in ["require", "verify-ca", "verify-full"] {
            assert!(wants_tls(&format!("postgresql://u:p@h/db?sslmode={mode}")));
        }
    }

    #[test]
    fn an_unreadable_url_is_not_repeated() {
        let error = read_url(&SecretString::from("postgresql://u:hunter2@h:port/db")).unwrap_err();
        assert!(!error.0.contains("hunter2"));
        assert!(error.0.contains("database_url"));
    }

    #[test]
    fn a_certificate_file_must_hold_a_certificate() {
        let empty = tempfile::NamedTempFile::new().unwrap();
        let Err(error) = Tls::new(true, Some(empty.path())) else {
            panic!("accepted")
        };
        assert!(error.0.contains("no certificate"), "{error}");
        let Err(error) = Tls::new(true, Some(Path::new("/nonexistent.pem"))) else {
            panic!("accepted")
        };
        assert!(error.0.contains("/nonexistent.pem"), "{error}");
    }
}
