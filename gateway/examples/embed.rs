//! The vectors of texts, by the code that embeds questions: `embed MODEL_FOLDER`, one JSON string a line in, one vector a
//! line out. For the benchmark `retrieval`.

use std::{
    env,
    error::Error,
    io::{self, BufRead},
    path::Path,
    sync::Arc,
};

use portal_gateway::embeddings::local::Local;
use tokio::sync::Semaphore;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).ok_or("usage: embed MODEL_FOLDER")?;
    let model = Local::load(Path::new(&folder), Arc::new(Semaphore::new(1)))?;
    for line in io::stdin().lock().lines() {
        let text: String = serde_json::from_str(&line?)?;
        let vectors = model.embed(&[text]).await?;
        println!("{}", serde_json::to_string(&vectors[0])?);
    }
    Ok(())
}
