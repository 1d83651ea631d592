//! Who works at the vendors' tenants. The same people appear at Datadog and at Tines, under the identities that each of them keeps.

/// Somebody with an account.
pub(crate) struct Person {
    /// Empty for an invited person who never signed in, as Datadog shows them.
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    pub(crate) standing: Standing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Active,
    Pending,
    Disabled,
    Service,
}

const fn person(name: &'static str, email: &'static str, standing: Standing) -> Person {
    Person { name, email, standing }
}

/// The analyst whose tokens the endpoints hand out.
pub(crate) const ME: usize = 0;

/// How many of the first people take part in daily work.
pub(crate) const COLLEAGUES: usize = 20;

/// The automation that opens most cases.
pub(crate) const ROBOT: usize = 26;

pub(crate) const PEOPLE: [Person; 30] = [
    person("Mara Lindqvist", "mara.lindqvist@northwind.example", Standing::Active),
    person("Tomás Ferreira", "tomas.ferreira@northwind.example", Standing::Active),
    person("Aiko Tanaka", "aiko.tanaka@northwind.example", Standing::Active),
    person("Jonas Weber", "jonas.weber@northwind.example", Standing::Active),
    person("Priya Raman", "priya.raman@northwind.example", Standing::Active),
    person("Łukasz Wójcik", "lukasz.wojcik@northwind.example", Standing::Active),
    person("Zoë van den Berg", "zoe.vandenberg@northwind.example", Standing::Active),
    person("Chidi Okafor", "chidi.okafor@northwind.example", Standing::Active),
    person("王小明", "xiaoming.wang@northwind.example", Standing::Active),
    person("Sofía Marín", "sofia.marin@northwind.example", Standing::Active),
    person("Owen O'Brien", "owen.obrien@northwind.example", Standing::Active),
    person("Fatima Zahra", "fatima.zahra@northwind.example", Standing::Active),
    person("Bao Nguyễn", "bao.nguyen@northwind.example", Standing::Active),
    person("Ingrid Sørensen", "ingrid.sorensen@northwind.example", Standing::Active),
    person("Yusuf Demir", "yusuf.demir@northwind.example", Standing::Active),
    person("Hannah Cole", "hannah.cole@northwind.example", Standing::Active),
    person("Dmitri Volkov", "dmitri.volkov@northwind.example", Standing::Active),
    person("Nia Campbell", "nia.campbell@northwind.example", Standing::Active),
    person("Rafael Azevedo", "rafael.azevedo@northwind.example", Standing::Active),
    person("Elif Kaya", "elif.kaya@northwind.example", Standing::Active),
    person("Maximiliane von Hohenstein-Rabenau", "maximiliane.vonhohenstein@northwind.example", Standing::Active),
    person("", "new.hire@northwind.example", Standing::Pending),
    person("", "contractor-4471@partner.example", Standing::Pending),
    person("Grace Hollis", "grace.hollis@northwind.example", Standing::Disabled),
    // A removed account: the recordings have one whose name, mail and handle are all empty.
    person("", "", Standing::Disabled),
    person("Paul Ritter", "paul.ritter@northwind.example", Standing::Disabled),
    person("Case automation", "automation@northwind.example", Standing::Service),
    person("Terraform", "svc-terraform@northwind.example", Standing::Service),
    person("EDR connector", "svc-edr@northwind.example", Standing::Service),
    person("נועה לוי", "noa.levi@northwind.example", Standing::Active),
];

/// The one with this e-mail address, compared without case.
pub(crate) fn by_email(email: &str) -> Option<usize> {
    PEOPLE.iter().position(|p| !p.email.is_empty() && p.email.eq_ignore_ascii_case(email.trim()))
}
