# shellcheck shell=bash
# Starts an S3 server of this machine for the scripts that source this; it ends when they do.
#
#   start_s3_server FOLDER BUCKET    sets AWS's variables for it; FOLDER is for its files
#
# S3_SERVER=radosgw takes Ceph's server, else it is the verifying one (moto behind a check of every signature). Needs
# INSIGHTFLOW_S3_PYTHON, as Scripts/environment.sh sets it.

start_s3_server() {
    export AWS_ACCESS_KEY_ID=AKIDTESTKEY AWS_SECRET_ACCESS_KEY=a-secret/that+never=shows AWS_REGION=us-east-1
    export AWS_CONFIG_FILE=/nonexistent AWS_SHARED_CREDENTIALS_FILE=/nonexistent AWS_EC2_METADATA_DISABLED=true
    local command port
    if [ "${S3_SERVER:-verifying}" = radosgw ]; then
        command=(Scripts/s3/radosgw.sh "$1/ceph" "$((20000 + RANDOM % 12000))" "$AWS_ACCESS_KEY_ID"
            "$AWS_SECRET_ACCESS_KEY" "$2")
    else
        command=("${INSIGHTFLOW_S3_PYTHON:?Scripts/setup.sh --test makes the Python that the S3 server needs}"
            Scripts/s3/verifying_server.py --access-key "$AWS_ACCESS_KEY_ID" --secret-key "$AWS_SECRET_ACCESS_KEY"
            --bucket "$2")
    fi
    # The server ends when its standard input is closed, as it is when the script ends in whatever way.
    coproc s3_server { "${command[@]}"; }
    read -r _ _ port <&"${s3_server[0]}"
    export AWS_ENDPOINT_URL_S3=http://127.0.0.1:$port
}
