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
    let words = if why.starts_with("UnknownIssuer") {
        "its certificate is signed by nobody whom this machine trusts; if it is your own authority, name its certificate with ca_file"
    } else if why.contains("expired") || why.starts_with("Expired") {
        "its certificate has expired; check the clock of this machine, then tell whoever runs the server"
    } else if why.contains("not valid yet") || why.starts_with("NotValidYet") {
        "its certificate is not valid yet; check the clock of this machine"
    } else if why.contains("not valid for name") || why.starts_with("NotValidForName") {
        "its certificate is for another host; check base_url or site"
    } else if why.starts_with("Revoked") {
        "its certificate was revoked; do not go on, tell whoever runs the server"
    } else {
        return None;
    };
    Some(format!("{words} ({why})"))
}
