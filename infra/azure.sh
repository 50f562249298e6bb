# What the scripts of this folder have in common. It is sourced, not run.
# shellcheck shell=sh

dry_run=no
patience=600
output_names="FUNCTION_APP_NAME POSTERN_ISSUER POSTERN_STORAGE POSTERN_KEY_VAULT POSTERN_SIGNING DEPLOYMENT_STORAGE_ACCOUNT DEPLOYMENT_CONTAINER"

say() {
    printf '%s\n' "$*" >&2
}

die() {
    say "${0##*/}: $*"
    exit 1
}

misuse() {
    say "${0##*/}: $* '$0 --help' tells more."
    exit 2
}

# The comment at the top of the script.
usage() {
    sed -n '2,${/^#/!q;s/^# \{0,1\}//p;}' "$0"
    exit 0
}

# value OPTION VALUE...: an option at the end, or before the next one, has none.
value() {
    [ $# -gt 1 ] || misuse "$1 needs a value."
    case $2 in --*) misuse "$1 needs a value." ;; esac
}

needs() {
    command -v "$1" > /dev/null 2>&1 || die "$1 is not installed. $2"
}

# Nothing can be done in Azure without these two; better said before anything has happened.
signed_in() {
    [ "$dry_run" = no ] || return 0
    needs az "Install the Azure CLI: https://aka.ms/azure-cli."
    az account show --query name --output tsv > /dev/null 2>&1 ||
        die "You are not logged in to Azure. Run 'az login', and 'az account set --subscription NAME' if you have several."
}

# Prints a command so that a shell would take it.
show() {
    line=
    for word in "$@"; do
        case $word in
            '' | *[!A-Za-z0-9_./:=@,%+-]*) word="'$(printf '%s' "$word" | sed "s/'/'\\\\''/g")'" ;;
        esac
        line="$line $word"
    done
    printf '%s\n' "${line# }"
}

# Does it, or in a dry run says it.
run() {
    if [ "$dry_run" = yes ]; then show "$@"; else "$@"; fi
}

# patiently WHAT COMMAND...: again until it works, or $patience seconds have passed.
patiently() {
    what=$1
    shift
    end=$(($(date +%s) + patience))
    until "$@"; do
        [ "$(date +%s)" -lt "$end" ] || return 1
        say "$what does not work yet; a role that was assigned just now takes some minutes. Trying again ..."
        sleep 10
    done
}

# confirmed QUESTION: whether the answer is yes.
confirmed() {
    [ -t 0 ] || die "There is no terminal to ask on: give --yes if that is what you want."
    printf '%s [y/N] ' "$1" >&2
    read -r answer
    case $answer in y | Y | yes) ;; *) return 1 ;; esac
}

# read_outputs GROUP: the template's outputs as variables. Azure Resource Manager changes the case of their names.
read_outputs() {
    outputs=$(run az deployment group show --resource-group "$1" --name postern \
        --query '[keys(properties.outputs), values(properties.outputs)[*].value]' --output tsv) ||
        die "Resource group $1 has no deployment named postern. Run infra/deploy --resource-group $1 first."
    [ "$dry_run" = no ] || printf '%s\n' "$outputs"
    for name in $output_names; do
        if [ "$dry_run" = yes ]; then found="<$name>"; else found=$(output "$name"); fi
        [ -n "$found" ] || die "The deployment in $1 has no output $name. Deploy this version's template: infra/deploy --resource-group $1."
        export "$name=$found"
    done
}

output() {
    printf '%s\n' "$outputs" | awk -F '\t' -v name="$1" '
        NR == 1 { for (i = 1; i <= NF; i++) if (toupper($i) == name) at = i }
        NR == 2 && at { print $at }'
}

# Standard output is for what postern answers.
build_postern() {
    set -- dotnet build src/Cli/Cli.csproj --configuration Release --nologo --verbosity quiet
    if [ "$dry_run" = yes ]; then show "$@"; else "$@" >&2; fi
}

# postern ARGUMENT...: the command line, on the deployment that read_outputs has found and with your own login.
postern() {
    run dotnet artifacts/bin/Cli/release/postern.dll "$@"
}
