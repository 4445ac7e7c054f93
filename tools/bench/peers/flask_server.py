"""Dropzone's chunks with Flask, appended to the file as the well-known tutorial does it, on Flask's own server.

Arguments: the port, and the folder for files.
"""

import os
import sys

from flask import Flask, make_response, request
from werkzeug.utils import secure_filename

app = Flask(__name__)


@app.route("/upload", methods=["POST"])
def upload():
    file = request.files["file"]
    target = os.path.join(sys.argv[2], secure_filename(file.filename))
    index = int(request.form["dzchunkindex"])
    if index == 0 and os.path.exists(target):
        return make_response(("There is a file of this name.", 400))

    with open(target, "ab") as whole:
        whole.seek(int(request.form["dzchunkbyteoffset"]))
        whole.write(file.stream.read())

    is_last = index + 1 == int(request.form["dztotalchunkcount"])
    if is_last and os.path.getsize(target) != int(request.form["dztotalfilesize"]):
        return make_response(("The file has another size.", 500))
    return make_response(("Received", 200))


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[1]))
