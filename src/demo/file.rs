//! Attachments: small files that are what they say, made from a number.

use super::dice::{Dice, mix};

/// A file's bytes and how they are labelled.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) content_type: &'static str,
    pub(crate) bytes: Vec<u8>,
}

const SIDE_PX: u32 = 24;

/// The file of this key; the same key gives the same bytes.
pub(crate) fn make(key: u64) -> File {
    let mut dice = Dice::new(mix(key, 0xf11e));
    let n = dice.between(1, 99);
    match dice.between(0, 4) {
        0 | 1 => File { name: format!("screenshot-{n:02}.png"), content_type: "image/png", bytes: png(&mut dice) },
        2 => File {
            name: format!("console-{n:02}.log"),
            content_type: "text/plain",
            bytes: lines(&mut dice, "WARN  tick took {} ms at chunk {}"),
        },
        3 => {
            File { name: format!("headers-{n:02}.txt"), content_type: "text/plain", bytes: lines(&mut dice, "Received: hop {} delay {} s") }
        }
        _ => File {
            name: format!("beweis ü{n:02} \u{202e}gpj.exe"),
            content_type: "application/octet-stream",
            bytes: lines(&mut dice, "MZ {} {}"),
        },
    }
}

fn lines(dice: &mut Dice, template: &str) -> Vec<u8> {
    let line = |at: u64, dice: &mut Dice| {
        let line = template.replacen("{}", &dice.between(1, 999).to_string(), 1).replacen("{}", &dice.between(1, 9_999).to_string(), 1);
        format!("{at:04} {line}")
    };
    let count = dice.between(5, 40);
    (0..count).map(|at| line(at, dice)).collect::<Vec<_>>().join("\n").into_bytes()
}

/// A grey checkerboard, uncompressed inside its zlib stream.
fn png(dice: &mut Dice) -> Vec<u8> {
    let (light, dark) = (dice.index(128), 128 + dice.index(127));
    let mut rows = Vec::new();
    for y in 0..SIDE_PX {
        rows.push(0);
        rows.extend((0..SIDE_PX).map(|x| u8::try_from(if (x / 4 + y / 4) % 2 == 0 { light } else { dark }).unwrap_or(0)));
    }
    let length = u16::try_from(rows.len()).unwrap_or(u16::MAX);
    let mut zlib = vec![0x78, 0x01, 0x01];
    zlib.extend(length.to_le_bytes());
    zlib.extend((!length).to_le_bytes());
    zlib.extend(&rows);
    zlib.extend(adler32(&rows).to_be_bytes());
    let mut header = Vec::new();
    header.extend(SIDE_PX.to_be_bytes());
    header.extend(SIDE_PX.to_be_bytes());
    header.extend([8, 0, 0, 0, 0]);
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, body) in [(b"IHDR", header), (b"IDAT", zlib), (b"IEND", Vec::new())] {
        out.extend(u32::try_from(body.len()).unwrap_or(0).to_be_bytes());
        let chunk: Vec<u8> = kind.iter().copied().chain(body).collect();
        out.extend(&chunk);
        out.extend(crc32(&chunk).to_be_bytes());
    }
    out
}

fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    (b << 16) | a
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_equal_the_published_check_values() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn all_kinds_of_files_come_and_repeat() {
        let names: std::collections::BTreeSet<&str> = (0..40).map(|key| make(key).content_type).collect();
        assert_eq!(names.len(), 3);
        assert_eq!(make(3).bytes, make(3).bytes);
    }
}
