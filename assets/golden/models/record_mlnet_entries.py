"""Records the SHA-256 of the entries that ML.NET 5.0.0 writes for the steps of our chain.

usage: record_mlnet_entries.py FOLDER > mlnet_entries.tsv

FOLDER holds zips that ML.NET's own Model.Save wrote for 8x8 pictures and the classes mélanome, nævus, other, and
hand_written_complete.zip, which was written by hand and which ML.NET loads and runs.
Columns: resize kind of our manifest ("" where it does not matter), entry in our zip, SHA-256 of ML.NET's bytes.
"""
import hashlib
import sys
import zipfile

# our entry, ML.NET's zip, its entry, our resize kind
ROWS = [
    ("TrainingInfo/Version.txt", "a_fill.zip", "TrainingInfo/Version.txt", ""),
    ("Schema", "a_fill.zip", "Schema", ""),
    ("TransformerChain/Transform_000/Model.key", "a_fill.zip", "TransformerChain/Transform_000/Model.key", ""),
    ("TransformerChain/Transform_001/Model.key", "a_fill.zip", "TransformerChain/Transform_001/Model.key", "stretch"),
    ("TransformerChain/Transform_001/Model.key", "a_isocrop.zip", "TransformerChain/Transform_001/Model.key", "crop"),
    ("TransformerChain/Transform_001/Model.key", "a_isopad.zip", "TransformerChain/Transform_001/Model.key", "pad"),
    ("TransformerChain/Transform_002/Model.key", "a_fill.zip", "TransformerChain/Transform_002/Model.key", ""),
    ("TransformerChain/Transform_003/Model.key", "a_score.zip", "TransformerChain/Transform_003/Model.key", ""),
    ("TransformerChain/Transform_004/TrainSchema", "hand_written_complete.zip", "TransformerChain/Transform_004/TrainSchema", ""),
    ("TransformerChain/Transform_004/Model.key", "hand_written_complete.zip", "TransformerChain/Transform_004/Model.key", ""),
    ("TransformerChain/Transform_005/Model.key", "b_maxent.zip", "TransformerChain/Transform_003/Model.key", ""),
    ("TransformerChain/Model.key", "hand_written_complete.zip", "TransformerChain/Model.key", ""),
]

for entry, archive, theirs, resize in ROWS:
    with zipfile.ZipFile(f"{sys.argv[1]}/{archive}") as z:
        print(resize, entry, hashlib.sha256(z.read(theirs)).hexdigest(), sep="\t")
