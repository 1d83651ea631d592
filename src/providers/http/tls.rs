//! What a failed handshake means for the person, and which setting mends it. The TLS library's words name its types.

/// What the server holds against us; None: it says nothing of the kind.
pub(super) fn refused(cause: &str) -> Option<String> {
    let (_, alert) = cause.split_once("received fatal alert: ")?;
    let alert = alert.trim();
    let words = match alert {
        "CertificateRequired" | "the certificate is required" => "the server wants a client certificate; name one with client_file",
        "BadCertificate" | "UnsupportedCertificate" | "CertificateUnknown" | "UnknownCA" | "AccessDenied" | "DecryptError" => {
            "the server does not accept our client certificate; check that client_file is the one that was issued for it"
        }
        "CertificateExpired" => "our client certificate has expired; put a new one into client_file",
        "CertificateRevoked" => "our client certificate was revoked; put a new one into client_file",
        _ => return None,
    };
    Some(format!("{words} ({alert})"))
}

/// What we hold against the server's certificate; None: something else failed.
pub(super) fn distrusted(cause: &str) -> Option<String> {
    let (_, why) = cause.split_once("invalid peer certificate: ")?;
    // A bad signature: an authority of the same name is known, and it is not the one that signed.
    let words = if why.starts_with("UnknownIssuer") || why.starts_with("BadSignature") {
        "its certificate is signed by nobody whom this machine trusts; if it is your own authority, name its certificate with ca_file"
    } else if why.contains("expired") || why.starts_with("Expired") {
        "its certificate has expired; check the clock of this machine, then tell whoever runs the server"
    } else if why.contains("not valid yet") || why.starts_with("NotValidYet") {
        "its certificate is not valid yet; check the clock of this machine"
    } else if why.contains("not valid for name") || why.starts_with("NotValidForName") {
        "its certificate is for another host; check base_url or site"
    } else if why.starts_with("Revoked") {
        "its certificate was revoked; do not go on, tell whoever runs the server"
    } else if why.contains("CaUsedAsEndEntity") {
        "the server shows an authority's own certificate, which must not stand for a host; give it one that is marked CA:FALSE \
         (openssl req -x509 … -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:host), and name that with ca_file"
    } else if why.contains("not valid for purpose") || why.contains("InvalidPurpose") || why.contains("Eku") {
        "its certificate is not made for servers; tell whoever runs the server, or have it issued again for server authentication"
    } else {
        return Some(format!("its certificate cannot be believed ({}); tell whoever runs the server", plain(why)));
    };
    Some(format!("{words} ({})", plain(why)))
}

/// The library's name for what is wrong, without the types that it is wrapped in: `Other(OtherError(UnsupportedCertVersion))`
/// is `UnsupportedCertVersion`.
fn plain(why: &str) -> &str {
    let mut inner = why;
    for wrapping in ["Other(", "OtherError("] {
        inner = inner.strip_prefix(wrapping).map_or(inner, |rest| rest.strip_suffix(')').unwrap_or(rest));
    }
    inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_library_says_is_said_with_the_setting_that_mends_it() {
        for (cause, setting) in [
            ("invalid peer certificate: UnknownIssuer", "ca_file"),
            ("invalid peer certificate: BadSignature", "ca_file"),
            ("invalid peer certificate: certificate expired: verified at time 2 (UNIX), but certificate is not valid after 1", "clock"),
            ("invalid peer certificate: certificate not valid yet: verified at time 1", "clock"),
            ("invalid peer certificate: certificate not valid for name \"a\"; certificate is only valid for b", "base_url"),
            ("invalid peer certificate: NotValidForName", "base_url"),
            ("invalid peer certificate: Revoked", "do not go on"),
            ("invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))", "CA:FALSE"),
            ("invalid peer certificate: Other(OtherError(UnsupportedCertVersion))", "(UnsupportedCertVersion); tell"),
            ("invalid peer certificate: BadEncoding", "(BadEncoding); tell"),
        ] {
            let words = distrusted(cause).unwrap();
            assert!(words.contains(setting) && !words.contains("Other"), "{cause}: {words}");
            assert_eq!(refused(cause), None);
        }
        for alert in ["CertificateRequired", "UnknownCA", "CertificateExpired", "CertificateRevoked", "BadCertificate"] {
            let words = refused(&format!("received fatal alert: {alert}")).unwrap();
            assert!(words.contains("client_file") && words.ends_with(&format!("({alert})")), "{words}");
        }
        assert_eq!(
            (refused("received fatal alert: CloseNotify"), refused("connection reset"), distrusted("timed out")),
            (None, None, None)
        );
    }
}
