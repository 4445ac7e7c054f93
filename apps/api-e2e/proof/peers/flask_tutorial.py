"""What a well-known tutorial teaches for Dropzone's chunks: append each to the file of its name, compare the size at the end."""
import os
import sys

from flask import Flask, make_response, request
from werkzeug.utils import secure_filename

app = Flask(__name__)
folder, port = sys.argv[1], int(sys.argv[2])


@app.post("/upload")
def upload():
    chunk = request.files["file"]
    path = os.path.join(folder, secure_filename(chunk.filename))
    index = int(request.form["dzchunkindex"])
    if index == 0 and os.path.exists(path):
        return make_response(("File already exists", 400))
    try:
        with open(path, "ab") as target:
            target.seek(int(request.form["dzchunkbyteoffset"]))
            target.write(chunk.stream.read())
    except OSError:
        return make_response(("The file could not be written to disk", 500))
    is_last = index + 1 == int(request.form["dztotalchunkcount"])
    if is_last and os.path.getsize(path) != int(request.form["dztotalfilesize"]):
        return make_response(("Size mismatch", 500))
    return make_response(("Chunk upload successful", 200))


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=port, threaded=True)
