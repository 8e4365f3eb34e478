//! Where settings come from: the defaults give the names and types, a file and the environment
//! give values. Values from the environment take the type of their default and are never guessed,
//! so a secret of digits stays text.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use super::{ConfigError, DEFAULTS};

const PREFIX: &str = "PORTAL_";
const HELP: &str = "`portal-gateway --print-default-config` lists all settings";

/// Lays `file` and `environment` over the defaults.
///
/// Errors: a file that cannot be read, an unknown name, a value of the wrong type.
pub fn merge(
    file: Option<PathBuf>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Table, ConfigError> {
    let defaults: Table = DEFAULTS.parse().expect("config.default.toml is valid TOML");
    let mut environment: BTreeMap<String, String> = environment
        .into_iter()
        .filter(|(name, value)| name.starts_with(PREFIX) && !is_service_link(name, value))
        .collect();
    let named = environment
        .remove("PORTAL_CONFIG")
        .filter(|path| !path.is_empty());

    let mut settings = defaults.clone();
    if let Some(path) = file.or(named.map(PathBuf::from)) {
        settings.extend(from_file(&path, &defaults)?);
    }
    settings.extend(from_environment(environment, &defaults)?);
    Ok(settings)
}

fn from_file(path: &Path, defaults: &Table) -> Result<Table, ConfigError> {
    let mut table: Table =
        read(path, "the configuration file")?
            .parse()
            .map_err(|error: toml::de::Error| {
                // Only the first line: the rest quotes the file, which may hold secrets.
                ConfigError(format!(
                    "{} is not valid TOML: {}",
                    path.display(),
                    error.message()
                ))
            })?;
    for (name, value) in &mut table {
        let default = defaults.get(name).ok_or_else(|| {
            ConfigError(format!(
                "unknown setting `{name}` in {}; {HELP}",
                path.display()
            ))
        })?;
        if let (Value::Integer(whole), Value::Float(_)) = (&*value, default) {
            *value = number(&whole.to_string()).unwrap_or(Value::Integer(*whole));
        }
        if !value.same_type(default) {
            return Err(ConfigError(format!(
                "{name} in {} must be {}",
                path.display(),
                type_name(default)
            )));
        }
    }
    Ok(table)
}

fn from_environment(
    environment: BTreeMap<String, String>,
    defaults: &Table,
) -> Result<Table, ConfigError> {
    let mut settings = Table::new();
    for (variable, text) in environment {
        let name = variable[PREFIX.len()..].to_ascii_lowercase();
        if let Some(default) = defaults.get(&name) {
            put(
                &mut settings,
                &variable,
                name,
                typed(&variable, &text, default)?,
            )?;
            continue;
        }
        let secret = name
            .strip_suffix("_file")
            .and_then(|name| defaults.get_key_value(name));
        let Some((name, default)) = secret else {
            return Err(ConfigError(format!(
                "unknown setting {variable} in the environment; {HELP}"
            )));
        };
        if !text.is_empty() {
            let content = read(Path::new(&text), &format!("the file named by {variable}"))?;
            // Editors end files with a newline; no setting does.
            let value = typed(&variable, content.trim_end_matches(['\r', '\n']), default)?;
            put(&mut settings, &variable, name.clone(), value)?;
        }
    }
    Ok(settings)
}

/// Stores a value once; naming it twice (NAME and NAME_FILE) leaves open which one counts.
fn put(
    settings: &mut Table,
    variable: &str,
    name: String,
    value: Option<Value>,
) -> Result<(), ConfigError> {
    let Some(value) = value else { return Ok(()) };
    let upper = name.to_ascii_uppercase();
    match settings.insert(name, value) {
        None => Ok(()),
        Some(_) => Err(ConfigError(format!(
            "{variable} and {PREFIX}{upper} are both set; keep one of them"
        ))),
    }
}

/// Reads `text` as the type of `default`; nothing when a number or flag is left empty, as compose
/// files pass variables that nobody set.
fn typed(variable: &str, text: &str, default: &Value) -> Result<Option<Value>, ConfigError> {
    let wrong = || ConfigError(format!("{variable} must be {}", type_name(default)));
    Ok(match default {
        Value::String(_) => Some(Value::String(text.to_owned())),
        Value::Array(_) => Some(Value::Array(
            text.split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(|item| Value::String(item.to_owned()))
                .collect(),
        )),
        _ if text.is_empty() => None,
        Value::Integer(_) => Some(Value::Integer(text.parse().map_err(|_| wrong())?)),
        Value::Boolean(_) => Some(Value::Boolean(text.parse().map_err(|_| wrong())?)),
        Value::Float(_) => Some(number(text).ok_or_else(wrong)?),
        _ => return Err(wrong()),
    })
}

/// Not those that are no number, or none that ends.
fn number(text: &str) -> Option<Value> {
    let number: f64 = text.parse().ok()?;
    number.is_finite().then_some(Value::Float(number))
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Array(_) => "a list of texts",
        _ => "a value of the same type as its default",
    }
}

fn read(path: &Path, what: &str) -> Result<String, ConfigError> {
    fs::read_to_string(path)
        .map_err(|error| ConfigError(format!("cannot read {what}, {}: {error}", path.display())))
}

/// Kubernetes puts PORTAL_SERVICE_HOST, PORTAL_PORT=tcp://… and the like into every container when
/// a service is named "portal" or "portal-…". They are nobody's mistake.
fn is_service_link(name: &str, value: &str) -> bool {
    name.contains("SERVICE_HOST")
        || name.contains("SERVICE_PORT")
        || name.contains("_PORT_")
        || (name.ends_with("_PORT") && value.contains("://"))
}
